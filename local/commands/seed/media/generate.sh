#!/usr/bin/env bash
# Draws the sample players' clips and posters with ffmpeg (Debian: apt-get install ffmpeg). They are committed, so that
# seeding does not need ffmpeg; run this only to change them.
#
# A clip is a pitch seen from above: stripes and lines are boxes, people and ball are discs that follow a function of t.
set -euo pipefail
cd "$(dirname "$0")"

size=480x270
pitch="color=0x2c6e49:s=$size:r=25,drawbox=x=0:y=0:w=80:h=ih:c=0x2f7650:t=fill,drawbox=x=160:y=0:w=80:h=ih:c=0x2f7650:t=fill,\
drawbox=x=320:y=0:w=80:h=ih:c=0x2f7650:t=fill,drawbox=x=14:y=12:w=452:h=246:c=white@0.55:t=2,drawbox=x=239:y=12:w=2:h=246:c=white@0.55:t=fill,\
drawbox=x=396:y=65:w=70:h=140:c=white@0.55:t=2,drawbox=x=14:y=65:w=70:h=140:c=white@0.55:t=2,drawbox=x=462:y=110:w=12:h=50:c=white@0.8:t=2"

# A disc of a color and a diameter on a transparent square.
disc() {
  echo "color=$1:s=$2x$2:r=25,format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='255*clip($2/2-hypot(X-$2/2+0.5,Y-$2/2+0.5),0,1)'"
}

# clip <name> <seconds> <ball x> <ball y> <attacker x> <attacker y> <defender x> <defender y>; positions over t
clip() {
  local name=$1 seconds=$2
  ffmpeg -hide_banner -loglevel error -y -f lavfi -i "$pitch" \
    -f lavfi -i "$(disc 0xf4b942 18)" -f lavfi -i "$(disc 0x3d5a80 18)" -f lavfi -i "$(disc 0xffffff 10)" \
    -filter_complex "[0][1]overlay=x='$5':y='$6'[a];[a][2]overlay=x='$7':y='$8'[b];[b][3]overlay=x='$3':y='$4',format=yuv420p" \
    -t "$seconds" -an -c:v libx264 -profile:v main -preset veryslow -crf 31 -g 50 -movflags +faststart \
    -fflags +bitexact -flags:v +bitexact -map_metadata -1 "$name.mp4"
  ffmpeg -hide_banner -loglevel error -y -ss "$(awk "BEGIN{print $seconds*0.45}")" -i "$name.mp4" -frames:v 1 -q:v 7 \
    -fflags +bitexact -flags:v +bitexact -map_metadata -1 "$name.jpg"
}

clip volley 4 "60+390*min(1,t/2.6)" "200-70*min(1,t/2.6)-60*sin(3.14*min(1,t/2.6))" "40+150*t/4+60*sin(t)" "205-10*t" "300+20*sin(2*t)" "120+30*cos(t)"
clip counter 5 "60+340*min(1,t/4)+8*sin(9*t)" "60+70*min(1,t/4)+6*cos(9*t)" "50+340*min(1,t/4)" "62+70*min(1,t/4)" "120+230*min(1,t/4)" "170-50*min(1,t/4)"
clip save 4 "200+255*min(1,t/1.8)-170*max(0,min(1,(t-1.8)/1.6))" "60+65*min(1,t/1.8)+95*max(0,min(1,(t-1.8)/1.6))" "180+20*t" "70+5*t" "448-4*sin(3*t)" "150-24*min(1,t/1.8)"
clip freekick 4 "330+130*max(0,min(1,(t-1)/1.6))" "210-85*max(0,min(1,(t-1)/1.6))-26*sin(3.14*max(0,min(1,(t-1)/1.6)))" "270+56*min(1,t)" "226-12*min(1,t)" "398" "150+3*sin(8*t)"
clip dribble 5 "80+76*t+6*sin(8*t)" "136+56*sin(1.6*t)+4*cos(8*t)" "66+76*t" "136+56*sin(1.6*t)" "250+40*sin(t)" "130-40*cos(1.5*t)"
clip passing 5 "110+130*abs(mod(t\,2)-1)*2-10" "90+80*abs(mod(t+0.5\,2)-1)" "100+20*sin(t)" "84+10*cos(t)" "350+16*cos(t)" "160+12*sin(2*t)"
